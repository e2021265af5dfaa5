"""What ties two tables: names, keys, requests, modules, each with its chance, added up."""
