# SPDX-License-Identifier: GPL-2.0-only
"""A trace as babeltrace2 sees it, in terms that can be compared: names, types, values."""
import bt2


def ranges(mapping):
    return sorted((r.lower, r.upper) for r in mapping.ranges)


def type_of(cls):
    """The type of a field: class, sign, range, base, labels, elements."""
    if isinstance(cls, bt2._EnumerationFieldClassConst):
        sign = "s" if isinstance(cls, bt2._SignedIntegerFieldClassConst) else "u"
        return ("enum", sign, cls.field_value_range, cls.preferred_display_base,
                sorted((label, ranges(cls[label])) for label in cls))
    if isinstance(cls, bt2._IntegerFieldClassConst):
        sign = "s" if isinstance(cls, bt2._SignedIntegerFieldClassConst) else "u"
        return ("int", sign, cls.field_value_range, cls.preferred_display_base)
    if isinstance(cls, bt2._RealFieldClassConst):
        return (type(cls).__name__,)
    if isinstance(cls, bt2._StringFieldClassConst):
        return ("string",)
    if isinstance(cls, bt2._StaticArrayFieldClassConst):
        return ("array", cls.length, type_of(cls.element_field_class))
    if isinstance(cls, bt2._DynamicArrayFieldClassConst):
        length = getattr(cls, "length_field_path", None)
        # Where the length is: its scope and its place among the fields.
        path = (int(length.root_scope), [getattr(item, "index", None) for item in length]) if length else None
        return ("sequence", path, type_of(cls.element_field_class))
    if isinstance(cls, bt2._StructureFieldClassConst):
        return ("struct", [(name, type_of(cls[name].field_class)) for name in cls])
    raise TypeError(cls)


def value_of(field):
    if isinstance(field, bt2._EnumerationFieldConst):
        return (int(field), sorted(field.labels))
    if isinstance(field, bt2._ArrayFieldConst):
        return [value_of(item) for item in field]
    if isinstance(field, bt2._StringFieldConst):
        return str(field)
    if isinstance(field, bt2._RealFieldConst):
        return float(field)
    return int(field)


def events(path, providers):
    """Every event of the providers in order: (name, level, uri, [(field, type, value)])."""
    found = []
    for message in bt2.TraceCollectionMessageIterator(path):
        if not isinstance(message, bt2._EventMessageConst):
            continue
        event, cls = message.event, message.event.cls
        if cls.name.split(":")[0] not in providers:
            continue
        payload = event.payload_field
        fields = [] if payload is None else [
            (name, type_of(payload[name].cls), value_of(payload[name])) for name in payload]
        found.append((cls.name, str(cls.log_level), cls.emf_uri, fields))
    return found


def differences(theirs, ours):
    """What is not the same, in words; at most 20 of it."""
    words = []
    if len(theirs) != len(ours):
        words.append("%d events with LTTng-UST, %d with UST" % (len(theirs), len(ours)))
    for number, (a, b) in enumerate(zip(theirs, ours)):
        for what, x, y in zip(("name", "log level", "model_emf_uri"), a, b):
            if x != y:
                words.append("event %d %s: %s: %r, with UST %r" % (number, a[0], what, x, y))
        names = [[f[0] for f in fields] for fields in (a[3], b[3])]
        if names[0] != names[1]:
            words.append("event %d %s: fields %s, with UST %s" % (number, a[0], *names))
            continue
        for (name, type_a, value_a), (_, type_b, value_b) in zip(a[3], b[3]):
            if type_a != type_b:
                words.append("event %d %s.%s: type %s, with UST %s" %
                             (number, a[0], name, type_a, type_b))
            if value_a != value_b:
                words.append("event %d %s.%s: value %r, with UST %r" %
                             (number, a[0], name, value_a, value_b))
    return words[:20]
