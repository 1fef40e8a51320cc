"""Tables that people import and export: read from any spreadsheet, understood column by column, written for Excel."""
