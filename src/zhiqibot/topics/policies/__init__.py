"""The policy desk: answers with the clause they rest on, or says honestly that nothing was found."""
