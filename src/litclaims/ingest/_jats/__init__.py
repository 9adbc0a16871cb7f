"""The parts of the JATS reader: running text, the reference list, front matter."""
