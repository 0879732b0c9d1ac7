"""One function per question. Every one that lists or loads cases takes the actor and scopes by it."""
