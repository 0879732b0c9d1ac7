"""Building forms in a design: a draft's form as a canvas, fresh questions, copies, choices in bulk. Pure."""
