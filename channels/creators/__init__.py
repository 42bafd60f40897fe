"""What a creator who appeals gets: mails, questions, proof of ownership, and what is true."""
