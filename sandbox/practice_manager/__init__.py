"""The practice manager API 3.1: staff, clients, contacts, relationships, groups and custom fields, in XML unless JSON is asked for."""
