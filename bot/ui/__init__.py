"""How it looks and every sentence that it says. No rules, no queries."""
