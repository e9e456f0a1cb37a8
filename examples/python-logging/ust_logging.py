# SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT)
"""A logging handler that records each message as an event, through the functions of <ust/event.h>.

    import logging, ust_logging
    logging.getLogger().addHandler(ust_logging.Handler())

    ustctl record --loglevel WARNING python3 program.py

One event for each level, "python:debug" to "python:critical", with the log level of the same meaning,
so that ustctl selects by level; the handler does nothing for a level that nobody records.
"""
import ctypes
import logging

UST_TYPE_S32, UST_TYPE_STRING, UST_FIELD_ENUM = 3, 13, 16 << 7
#         logging's level    UST's
LEVELS = {logging.CRITICAL: ("critical", 2), logging.ERROR: ("error", 3),
          logging.WARNING: ("warning", 4), logging.INFO: ("info", 6), logging.DEBUG: ("debug", 14)}
FIELDS = (("logger", UST_TYPE_STRING), ("message", UST_TYPE_STRING), ("file", UST_TYPE_STRING),
          ("line", UST_TYPE_S32), ("function", UST_TYPE_STRING), ("level", UST_TYPE_S32 | UST_FIELD_ENUM))


class Label(ctypes.Structure):
    """Of the values from value to value + span."""
    _fields_ = [("label", ctypes.c_char_p), ("value", ctypes.c_int64), ("span", ctypes.c_uint64)]


class Field(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("word", ctypes.c_uint32),
                ("labels", ctypes.POINTER(Label))]


class Payload(ctypes.Union):
    _fields_ = [("i", ctypes.c_int64), ("d", ctypes.c_double), ("p", ctypes.c_char_p)]


class Value(ctypes.Structure):
    _fields_ = [("u", Payload), ("len", ctypes.c_uint32), ("reserved", ctypes.c_uint32)]


def library():
    """libust, which "ustctl record" has loaded already; else the installed one."""
    lib = ctypes.CDLL(None)
    if not hasattr(lib, "ust_event_register"):
        lib = ctypes.CDLL("libust.so.0")
    lib.ust_event_register.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int,
                                       ctypes.POINTER(Field), ctypes.c_uint,
                                       ctypes.POINTER(ctypes.c_void_p)]
    lib.ust_event_enabled.argtypes = [ctypes.c_void_p]
    lib.ust_record.argtypes = [ctypes.c_void_p, ctypes.POINTER(Value), ctypes.c_uint]
    lib.ust_record.restype = None
    lib.ust_event_unregister.argtypes = [ctypes.c_void_p]
    lib.ust_event_unregister.restype = None
    return lib


# A level of a program's own, 25 say, is of the one below it.
NAMES = (Label * (len(LEVELS) + 1))(
    *(Label(logging.getLevelName(number).encode(), number, 9) for number in sorted(LEVELS)))


class Handler(logging.Handler):
    def __init__(self, provider="python", level=logging.NOTSET):
        super().__init__(level)
        self.lib = library()
        self.events = {}
        fields = (Field * len(FIELDS))(*(
            Field(name.encode(), word, NAMES if word & UST_FIELD_ENUM else None)
            for name, word in FIELDS))
        for number, (name, loglevel) in LEVELS.items():
            event = ctypes.c_void_p()
            err = self.lib.ust_event_register(provider.encode(), name.encode(), loglevel, fields,
                                              len(FIELDS), ctypes.byref(event))
            if err:
                raise OSError(-err, "ust_event_register")
            self.events[number] = event

    def emit(self, record):
        try:
            number = max((n for n in LEVELS if n <= record.levelno), default=logging.DEBUG)
            event = self.events.get(number)
            if event is None or not self.lib.ust_event_enabled(event):
                return
            texts = [text.encode("utf-8", "replace") for text in
                     (record.name, self.format(record), record.pathname, record.funcName)]
            values = (Value * len(FIELDS))()
            values[0].u.p, values[1].u.p, values[2].u.p, values[4].u.p = texts
            values[3].u.i, values[5].u.i = record.lineno, record.levelno
            self.lib.ust_record(event, values, len(FIELDS))
        except Exception:
            self.handleError(record)

    def close(self):
        for event in self.events.values():
            self.lib.ust_event_unregister(event)
        self.events = {}
        super().close()
