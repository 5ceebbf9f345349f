Optimal - objective value 11
 0 x0 0 0
 1 x1 3 0
 2 one 1 0
