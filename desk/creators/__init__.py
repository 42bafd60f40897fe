"""The desk's side of an appeal: questions to its creator, proof, and a second moderator."""
