"""How memories fade: retention, its effects and its pictures."""
