"""Who is who: enterprises, contacts, units, cadres, roles, accounts on platforms and 包联 links with dates."""
