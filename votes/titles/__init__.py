"""What videos are called by those who vote on them: claims, shown to moderators alone."""
