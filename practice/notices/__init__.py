"""Telling people, by mail: letters follow from the record, are kept as rows, and are sent until the server takes them."""
