"""The laboratory of juries: worlds of pure functions that say what each part of the rule is worth.

`world` says who is there, what exists, which votes are tried and what a juror would answer; all of
it is events, so that the same world can be lived in a database. `crowd` is the level of votes,
`court` that of juries, `panels` what needs no whole world. `cells` lists what is lived.
"""
