"""
Every way by which bytes from outside come in, in one table: see `Target`.

It is what hypothesis, atheris (`make fuzz`) and the search for slow growth feed. A format of
`bot.formats` and a function that parses are to be reached by one of them: `test_reach` sees to it.
"""

from tests.fuzz import of_files, of_forges, of_hosts, of_images, of_operators, of_scanners

TARGETS = {
    target.name: target
    for module in (of_files, of_images, of_hosts, of_scanners, of_forges, of_operators)
    for target in module.TARGETS
}
