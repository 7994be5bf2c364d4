# \fC (constant width) is groff's alone; bold is every man's.
s/\\fC/\\fB/g
