"""Parts of the PDF reader: characters with their places → lines → columns and tables → blocks."""
