"""A laboratory of notes: who sees which helpful, and which rule shows the right ones."""
