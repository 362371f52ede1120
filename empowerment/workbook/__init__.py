"""A department's workbook: its columns, the words used in it, its check and its template. No ORM here."""
