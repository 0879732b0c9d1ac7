"""What portal, admin and api share: words, security, the actor of a request, errors, assets, pages. No verbs here."""
