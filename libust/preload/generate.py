#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-only
"""Makes the source of a preload library from its table: one wrapper for each line.

    generate.py TABLE OUTPUT

The first word of the table's name is the provider. A line is

    PROTOTYPE : ARGUMENTS -> RESULTS ; OPTIONS

ARGUMENTS and RESULTS are the fields of the event, in this order:

    name            an argument, or result, errno, duration (nanoseconds), contended
    name:str        as a string; not looked at if the call said that it is no good address
    name:hex        in base 16
    name=EXPR       any expression without a blank, evaluated after the call; it may use the
                    arguments, result and err; with :str and :hex as well

and OPTIONS, each with its words, separated by commas:

    alias NAME...   the same function under other names
    event NAME      the event is called NAME, as that of another line with the same fields
    version V       stands for this symbol version only: older ones are other functions
    code            the result is an error number
    before          recorded before the call, which then is a jump: no results
    try NAME        the line of NAME tells first whether there is something to wait for
    when EXPR       only then (with try)
    cancel          it is a point of cancellation before anything else (with try)
    guard           libust's own calls are let through
    noreturn        it never returns
    va TYPE NAME    the variable argument that is passed on
    list NAME       recorded before; the variable arguments, up to a null, become an array, with
                    which the function of the line NAME is called; what it takes beyond follows them
    failure EXPR    it failed; else: result is -1, or NULL
    unless EXPR     it must be called by its caller: recorded before, without results
"""
import os
import re
import sys

PROTOTYPE = re.compile(r"^(.*?)(\w+)\s*\((.*)\)$")


class Function:
    def __init__(self, line, where):
        head, _, options = line.partition(";")
        prototype, _, fields = head.partition(" : ")
        match = PROTOTYPE.match(prototype.strip())
        if not match:
            sys.exit("%s: no prototype" % where)
        self.where = where
        self.type = match.group(1).strip()
        self.name = match.group(2)
        self.params = [p.strip() for p in match.group(3).split(",")]
        before, _, after = fields.partition("->")
        self.arguments, self.results = before.split(), after.split()
        self.options = {}
        for option in options.split(","):
            word, _, rest = option.strip().partition(" ")
            if word:
                self.options[word] = rest.split() if word == "alias" else rest
        self.is_void = self.type == "void"
        self.args = []
        for param in self.params:
            if param not in ("void", "..."):
                self.args.append(re.search(r"(\w+)(\[\d*\])?$", param).group(1))
        if "va" in self.options:
            self.args.append(self.options["va"].split()[-1])

    def typed_args(self):
        """Parameters of the inline half, the variable one included."""
        params = [p for p in self.params if p not in ("void", "...")]
        if "va" in self.options:
            params.append(self.options["va"])
        return params

    def pointer(self):
        return "%s (*)(%s)" % (self.type, ", ".join(self.params))

    def call(self):
        pointer = "((%s)ust_real(REAL_%s))" % (self.pointer(), self.name)
        return "%s(%s)" % (pointer, ", ".join(self.args))

    def failed(self):
        if "failure" in self.options:
            return self.options["failure"]
        if self.is_void or "code" in self.options:
            return "0"
        if self.type.endswith("*"):
            return "result == NULL"
        return "result == -1"

    def is_pointer(self, name):
        for param in self.params:
            if re.search(r"\b%s(\[\d*\])?$" % name, param):
                return "*" in param or "[" in param
        return name == "result" and self.type.endswith("*")

    def field(self, token):
        name, _, value = token.partition("=")
        name, _, kind = name.partition(":")
        if value:
            pass
        elif name == "errno":
            value = "call.err"
        elif name in ("duration", "contended"):
            value = "call.%s" % name
        elif kind == "str":
            value = "ust_call_string(%s, call.err)" % name
        elif self.is_pointer(name):
            value = "(const void *)%s" % name
        else:
            value = name
        macro = {"": "UST_F", "hex": "UST_HEX", "str": "UST_STR", "bool": "UST_BOOL"}[kind]
        if name == "contended":
            macro = "UST_BOOL"
        return macro, name, value


def event(function, provider, first):
    """The event's statement; its first field's value makes the call."""
    fields = [function.field(t) for t in function.arguments + function.results]
    if first:
        macro, name, value = fields[0]
        fields[0] = (macro, name, "(%s, %s)" % (first, value))
    text = "\tUST_EVENT(%s, %s" % (provider, function.options.get("event", function.name))
    return text + "".join(",\n\t\t  %s(%s, %s)" % f for f in fields) + ");\n"


def declaration(function, name, label, attributes):
    params = ", ".join(function.params)
    noreturn = "__attribute__((noreturn)) " if "noreturn" in function.options else ""
    return "%s%s %s(%s) __asm__(\"%s\")\n\t__attribute__((%s));\n" % (
        noreturn, function.type, name, params, label, attributes)


def declarations(function):
    """
    The wrapper has a name of its own, which the table refers to: by the function's name it would
    find another library's if this one is opened late.
    """
    name, version = function.name, function.options.get("version")
    label = "ust_preload_" + name
    out = declaration(function, "w_" + name, label, 'visibility("hidden")')
    exported = 'visibility("default"), alias("%s")' % label
    for other in [name] + function.options.get("alias", []):
        if version:
            out += declaration(function, "x_" + other, "ust_export_" + other, exported)
            out += "UST_SYMVER(\"ust_export_%s\", \"%s\", \"%s\");\n" % (other, other, version)
        else:
            out += declaration(function, "x_" + other, other, exported)
    return out


def trying(function):
    """Only a call that finds something to wait for is timed."""
    out = ""
    if "cancel" in function.options:
        out += "\tpthread_testcancel();\n"
    attempt = function.options["try"]
    code = "code" in function.options
    busy = "result == EBUSY" if code else "result == -1 && ust_errno == EAGAIN"
    # The other function takes the lock only: what says how long to wait is left out.
    pointer = "((%s (*)(%s))ust_real(REAL_%s))" % (function.type, function.params[0], attempt)
    condition = function.options.get("when")
    first = "%s(%s)" % (pointer, function.args[0])
    if condition:
        first = "%s ? %s : EBUSY" % (condition, first)
    if not code:
        out += "\tsaved = ust_errno;\n"
    out += "\tresult = %s;\n\tif (%s) {\n" % (first, busy)
    if not code:
        out += "\t\tust_errno = saved;\n"
    out += "\t\tcall->contended = 1;\n\t\tbegan = ust_preload_now();\n"
    return out + "\t\tresult = %s;\n\t}\n" % function.call()


def inline_half(function):
    """The call with what is measured around it."""
    params = ["struct ust_call *call"]
    if not function.is_void:
        params.append("%s *ret_result" % function.type)
    out = "static inline __attribute__((always_inline)) int do_%s(%s)\n{\n" % (
        function.name, ", ".join(params + function.typed_args()))
    tried = "try" in function.options
    timed = not tried and "duration" in function.arguments + function.results
    out += "\tuint64_t began = %s;\n" % ("ust_preload_now()" if timed else "0")
    if not function.is_void:
        out += "\t%s result;\n" % function.type
    if tried and "code" not in function.options:
        out += "\tint saved;\n"
    if "unless" in function.options:
        out += "\n\tif (%s) {\n\t\t*call = (struct ust_call){0};\n" % function.options["unless"]
        out += "\t\treturn 0;\n\t}\n"
    out += "\n\tcall->contended = 0;\n"
    if tried:
        out += trying(function)
    else:
        out += "\t%s%s;\n" % ("" if function.is_void else "result = ", function.call())
    out += "\tust_call_end(call, began, %s);\n" % function.failed()
    if not function.is_void:
        out += "\t*ret_result = result;\n"
    return out + "\treturn 1;\n}\n\n"


def variable(function):
    if "va" not in function.options:
        return "", ""
    kind = function.options["va"].rsplit(None, 1)[0] if "*" not in function.options["va"] \
        else function.options["va"].rsplit("*", 1)[0] + "*"
    name = function.args[-1]
    declared = "\t%s;\n\tva_list list;\n" % function.options["va"]
    taken = "\tva_start(list, %s);\n\t%s = va_arg(list, %s);\n\tva_end(list);\n" % (
        function.args[-2], name, kind)
    return declared, taken


def list_wrapper(function, provider):
    """Of a function whose arguments are to be made an array."""
    path, last = function.args
    out = "%s w_%s(%s)\n{\n" % (function.type, function.name, ", ".join(function.params))
    out += "\tsize_t nr = 1, i;\n\tva_list list;\n\n\tva_start(list, %s);\n" % last
    out += "\tif (%s)\n\t\twhile (va_arg(list, char *))\n\t\t\tnr++;\n" % last
    out += "\telse\n\t\tnr = 0;\n\tva_end(list);\n\t{\n\t\tchar *argv[nr + 1];\n"
    environment = function.options["list"] == "execve"
    if environment:
        out += "\t\tchar *const *envp;\n"
    out += "\n\t\targv[0] = (char *)(uintptr_t)%s;\n\t\tva_start(list, %s);\n" % (last, last)
    out += "\t\tfor (i = 1; i <= nr; i++)\n\t\t\targv[i] = va_arg(list, char *);\n"
    if environment:
        out += "\t\tenvp = va_arg(list, char *const *);\n"
    out += "\t\tva_end(list);\n" + event(function, provider, None)
    out += "\t\treturn ((int (*)(const char *, char *const[]%s))ust_real(REAL_%s))(%s, argv%s);\n" % (
        ", char *const[]" if environment else "", function.options["list"], path,
        ", envp" if environment else "")
    return out + "\t}\n}\n\n"


def wrapper(function, provider):
    name, options = function.name, function.options
    out = "/* %s */\n" % function.where
    out += declarations(function)
    out += "\n"
    if "list" in options:
        return out + list_wrapper(function, provider)
    if "before" not in options:
        out += inline_half(function)
    noreturn = "__attribute__((noreturn)) " if "noreturn" in options else ""
    out += "%s%s w_%s(%s)\n{\n" % (noreturn, function.type, name, ", ".join(function.params))
    declared, taken = variable(function)
    back = "\treturn %s;\n" % function.call()
    if function.is_void:
        back = "\t%s;\n" % function.call()
    if "noreturn" in options:
        back += "\t__builtin_unreachable();\n"
    if "before" in options:
        guard = "\tif (!ust_preload_is_own(__builtin_return_address(0))) {\n%s\t}\n"
        text = event(function, provider, None)
        return out + declared + taken + (guard % text if "guard" in options else text) + \
            back + "}\n\n"
    out += declared + "\tstruct ust_call call;\n"
    if not function.is_void:
        out += "\t%s result = 0;\n" % function.type
    out += "\tint done = 0;\n\n" + taken
    passed = ["&call"] + ([] if function.is_void else ["&result"]) + function.args
    text = event(function, provider, "done = do_%s(%s)" % (name, ", ".join(passed)))
    if "guard" in options:
        text = "\tif (!ust_preload_is_own(__builtin_return_address(0)))\n\t" + text
    out += text + "\tif (done)\n\t\treturn%s;\n" % ("" if function.is_void else " result")
    return out + back + "}\n\n"


def read_table(path):
    functions = []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            line = line.split("#")[0].strip()
            if line:
                functions.append(Function(line, "%s:%d" % (os.path.basename(path), number)))
    return functions


def table_of(functions):
    out = "const struct ust_preload_entry ust_preload_functions[] = {\n"
    for function in functions:
        for name in [function.name] + function.options.get("alias", []):
            out += "\t{\"%s\", (void *)(uintptr_t)w_%s, &ust_reals[REAL_%s]},\n" % (
                name, function.name, function.name)
    return out + "\t{NULL, NULL, NULL},\n};\nUST_PRELOAD_TABLE;\n"


def main():
    table, output = sys.argv[1:]
    provider = os.path.basename(table).split(".")[0]
    functions = read_table(table)
    out = "/* SPDX-License-Identifier: LGPL-2.1-only */\n"
    out += "/* Made by generate.py from %s. */\n" % os.path.basename(table)
    out += "#include \"libust/preload/%s.h\"\n\n" % provider
    out += "enum {\n" + "".join("\tREAL_%s,\n" % f.name for f in functions) + "\tNR_REALS\n};\n\n"
    out += "static void *ust_reals[NR_REALS];\n\n"
    out += "#define ust_real(index) ust_preload_real(&ust_reals[index])\n\n"
    out += "".join(wrapper(f, provider) for f in functions)
    out += table_of(functions)
    with open(output, "w", encoding="utf-8") as source:
        source.write(out)


if __name__ == "__main__":
    main()
