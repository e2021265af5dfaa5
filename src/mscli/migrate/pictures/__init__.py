"""Pictures of boundaries: Mermaid, SVG, and a page that one can explore."""
