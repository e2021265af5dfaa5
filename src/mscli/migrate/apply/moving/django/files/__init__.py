"""Files that Django finds for a project: uploads, catalogues of translations, formats."""
