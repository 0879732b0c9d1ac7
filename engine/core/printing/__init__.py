"""What is put on paper: from forms and cases to a neutral document of blocks. No typst, no page, no clock here."""
