"""What enters: documents as purchases and refunds."""
