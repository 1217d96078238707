# xml, html, urllib.parse, email: formats without a network.
# prints:
#   b 1 <a>&amp;</a>
#   &lt;b&gt; <b> ['p']
#   {'q': ['a b']} https://x.org/y?q=a+b
#   Hello Ada
import email.message
import html
import urllib.parse
import xml.etree.ElementTree as tree
from html.parser import HTMLParser

root = tree.fromstring('<a><b n="1"/></a>')
element = tree.Element("a")
element.text = "&"
print(root[0].tag, root[0].get("n"), tree.tostring(element).decode())


class Tags(HTMLParser):
    found = []

    def handle_starttag(self, tag, attributes):
        self.found.append(tag)


parser = Tags()
parser.feed("<p>x</p>")
print(html.escape("<b>"), html.unescape("&lt;b&gt;"), parser.found)
print(
    urllib.parse.parse_qs("q=a+b"),
    urllib.parse.urljoin("https://x.org/", "y?" + urllib.parse.urlencode({"q": "a b"})),
)
message = email.message.EmailMessage()
message["Subject"], message["To"] = "Hello", "Ada"
print(message["Subject"], message["To"])
