# SPDX-License-Identifier: GPL-2.0-only
"""embed.py IMAGE HEADER: the image's bytes as a C array."""
import sys

with open(sys.argv[1], "rb") as image:
    data = image.read()
with open(sys.argv[2], "w", encoding="ascii") as header:
    header.write("/* Made by embed.py from the image. */\n"
                 "static const unsigned char ust_clock_image[] = {\n")
    for at in range(0, len(data), 16):
        header.write("\t" + " ".join("0x%02x," % byte for byte in data[at:at + 16]) + "\n")
    header.write("};\n")
