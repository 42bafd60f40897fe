"""What juries are asked about, and when: needs what is known of videos and channels."""
