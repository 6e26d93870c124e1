#!/usr/bin/env python3
"""Makes src/main/webapp/WEB-INF/assets/patternfly.css of the npm package @patternfly/patternfly.

It takes the components that the pages use, and leaves out themes, fonts and variables that nothing here uses.
PatternFly's dark theme is a class on the root element. Here it becomes a media query, so it needs no script.

Usage, with the directory into which npm has unpacked the package:

    npm pack @patternfly/patternfly@6.6.1 && tar xzf patternfly-patternfly-6.6.1.tgz
    src/main/patternfly/patternfly.py package src/main/webapp/WEB-INF/assets/patternfly.css
"""

import json
import pathlib
import re
import sys

COMPONENTS = """
    Alert/alert Badge/badge Breadcrumb/breadcrumb Button/button Card/card CodeBlock/code-block
    Content/content DescriptionList/description-list Divider/divider EmptyState/empty-state
    ExpandableSection/expandable-section Form/form FormControl/form-control HelperText/helper-text
    Label/label List/list Masthead/masthead Nav/nav
    Page/page Pagination/pagination Progress/progress SkipToContent/skip-to-content Switch/switch
    Table/table Table/table-grid Tabs/tabs Title/title
    """.split()

UNUSED = re.compile(
    r"theme-(felt|glass|high-contrast)|pf-v6-pficon|(^|[\s,])\.fa[-.,\s]|(^|[\s,])\.fa[srbl]?$|^@font-face|^@keyframes fa-"
    r"|m-dir-rtl|-webkit-scrollbar"
    # modifiers that no page uses
    r"|-on-(sm|md|lg|xl|2xl|3xl)|sticky|tree-view|nested|drag|favorite|pf-m-grid-(sm|lg|xl|2xl)|pf-m-grid\b(?!-md)"
    r"|m-hamburger|m-stateful|m-notify|m-dock|m-docked|m-settings|m-in-progress|m-overflow|m-vertical|m-box"
)
DARK = re.compile(r":where\(\.pf-v6-theme-dark\)|\.pf-v6-theme-dark")
NOTICE = """/*! PatternFly {version}, https://www.patternfly.org/
Made by src/main/patternfly/patternfly.py of the npm package @patternfly/patternfly.

MIT License. Copyright (c) Red Hat, Inc.
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and
this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED
"AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */
"""


def rules(css):
    """Yields selector and body of each rule; the body of a media query has rules of its own."""
    at = 0
    while (start := css.find("{", at)) >= 0:
        depth, end = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[at:start].strip(), css[start + 1 : end - 1]
        at = end


def keep(css):
    """The rules that may apply here, with the dark theme as a media query."""
    kept = []
    for selector, body in rules(css):
        if UNUSED.search(selector):
            continue
        if selector.startswith(("@media", "@supports", "@container")):
            inner = keep(body)
            if inner:
                kept.append(f"{selector} {{{inner}}}")
        elif DARK.search(selector):
            plain = DARK.sub("", selector).strip() or ":root"
            kept.append(f"@media (prefers-color-scheme: dark) {{{plain} {{{body}}}}}")
        else:
            kept.append(f"{selector} {{{body}}}")
    return "\n".join(kept)


def without_unused_variables(css):
    """Removes variables that nothing uses, until there are none left."""
    while True:
        used = set(re.findall(r"var\(\s*(--[\w-]+)", css))
        smaller = re.sub(
            r"(?<=[{;])\s*(--[\w-]+)\s*:[^;{}]*;", lambda found: found[0] if found[1] in used else "", css
        )
        smaller = re.sub(r"(?<=[};])[^{};@]+\{\s*\}", "", smaller)
        if smaller == css:
            return css
        css = smaller


def minified(css):
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r":(?=[^{}]*[;}]) ", ":", css)
    return css.replace(";}", "}").replace("}", "}\n")


def main():
    package, target = map(pathlib.Path, sys.argv[1:])
    files = [package / "patternfly-base.css"]
    files += [package / "components" / f"{name}.css" for name in COMPONENTS]
    css = "\n".join(file.read_text() for file in files)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@charset[^;]*;", "", css)
    css = without_unused_variables(keep(css))
    version = json.loads((package / "package.json").read_text())["version"]
    target.write_text(NOTICE.format(version=version) + minified(css).strip() + "\n")


if __name__ == "__main__":
    main()
