"""What gives videos away, as those say who vote on them: counted by voices, shown to everybody."""
