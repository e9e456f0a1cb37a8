/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * What an instrumented object and libust share: bytes, no code.
 *
 * An instrumented object refers to no symbol of libust. It carries
 *
 *   .note.ust   one ELF note (name "UST", type UST_NOTE_SITES) whose descriptor, struct
 *               ust_note_rec, says where the records are;
 *   ust_sites   one struct ust_site_rec for each copy of a site (an inlined site has several);
 *   a state     one struct ust_site_state for each site in the source, writable, zero until
 *               libust fills it in.
 *
 *     text                          ust_sites                      .data / .bss
 *     ┌──────────────────────┐      ┌───────────────────────┐      ┌──────────────────┐
 *     │ test $rel32,%eax  ◄──┼──────┤ addr                  │      │ ust_site_state   │
 *     │ ...                  │  ┌───┤ target                │  ┌──►│  inst: NULL = off│
 *     │ cold block:       ◄──┼──┘   │ state ────────────────┼──┘   │  ...             │
 *     │   record the fields  │      │ provider, name, ...   │      └──────────────────┘
 *     └──────────────────────┘      └───────────────────────┘
 *
 * Every offset in a record is relative to the address of the offset itself, so a record needs no
 * relocation at load time and can be read from a file that is not running.
 *
 * A disabled site is "test $imm32, %eax" (opcode A9); an enabled one is "jmp rel32" (opcode E9)
 * with the same four displacement bytes, so that one byte toggles it and both forms are whole
 * instructions.
 */
#ifndef UST_ABI_SITE_H
#define UST_ABI_SITE_H

#include <linux/types.h>

#define UST_NOTE_NAME "UST"
#define UST_NOTE_SITES 1
#define UST_SITE_ABI 1

#define UST_SITE_SECTION "ust_sites"
#define UST_NOTE_SECTION ".note.ust"

#define UST_SITE_OPCODE_OFF 0xA9
#define UST_SITE_OPCODE_ON 0xE9
#define UST_SITE_INSN_SIZE 5

/* Fields of one event, whoever makes its record; the macros of tracepoint.h take up to 20. */
#define UST_MAX_FIELDS 64

/* Descriptor of the note. start and stop bound the object's ust_sites section. */
struct ust_note_rec {
	__u32 abi;   /* UST_SITE_ABI; a record set of another ABI is refused, never guessed */
	__s32 start; /* relative to this member's own address */
	__s32 stop;  /* relative to this member's own address */
};

/* What kind of macro made the site. */
enum ust_site_kind {
	UST_SITE_EVENT = 1,  /* UST_EVENT: names holds one name for each field */
	UST_SITE_MARKER = 2, /* trace_mark, ust_marker: names holds the format string */
	/*
	 * An event whose fields are defined once and which is called from many places, perhaps of
	 * other objects: the definition holds the fields and, as its addr, the function that
	 * records; its method is UST_SITE_NONE, and its target is where its field words are. A call
	 * has no fields: libust finds the definition of the same provider and name, stores its
	 * function in the call's state and then switches the call on. Without a definition a call
	 * stays off.
	 */
	UST_SITE_DEFINITION = 3,
	UST_SITE_CALL = 4,
	/*
	 * No event: a question. It is on while any event of this provider and name is recorded in
	 * this process.
	 */
	UST_SITE_QUERY = 5,
	/*
	 * An event whose last value for each key libust keeps: its method is UST_SITE_LOAD, its state a
	 * struct ust_sticky_state, its first field "replayed", its second the key.
	 */
	UST_SITE_STICKY = 6,
};

/* How a site is switched on. */
enum ust_site_method {
	UST_SITE_PATCH = 1, /* toggle the opcode byte at addr */
	UST_SITE_LOAD = 2,  /* the site tests state->inst; nothing to patch (addr is the record) */
	UST_SITE_NONE = 3,  /* nothing runs here: a definition */
};

/*
 * One record. Aligned to 8 bytes; size covers the header, the fields and the attributes that follow
 * it, so that a reader steps from one record to the next without knowing more.
 */
struct ust_site_rec {
	__u32 size;     /* bytes of this record, fields included */
	__s32 addr;     /* the five bytes to patch */
	__s32 target;   /* the cold block the patched jump goes to; of a definition: its words */
	__s32 state;    /* struct ust_site_state */
	__s32 provider; /* NUL-terminated string */
	__s32 name;     /* NUL-terminated string */
	__s32 names;    /* field names, NUL after each, in field order; or the format string */
	__s32 file;     /* NUL-terminated string: __FILE__ */
	__u32 line;
	__u8 kind;   /* enum ust_site_kind */
	__u8 method; /* enum ust_site_method */
	__u8 loglevel;
	__u8 nr_fields;
	/* nr_fields times a 32-bit field word (see UST_FIELD_WORD), padded to a multiple of 8, unless
	 * it is a definition; then struct ust_attr_rec up to size. */
};

/* What else is known of an event or of one of its fields. A reader passes over kinds it does not
 * know. */
struct ust_attr_rec {
	__u16 kind;  /* enum ust_attr_kind */
	__u16 field; /* its index, or UST_ATTR_EVENT */
	__s32 text;  /* NUL-terminated string, relative to this member's own address */
};

#define UST_ATTR_EVENT 0xffff

enum ust_attr_kind {
	UST_ATTR_UNIT = 1, /* of a field: "ns", "bytes" */
	UST_ATTR_HELP = 2, /* of an event or a field: one sentence */
	UST_ATTR_URI = 3,  /* of an event: where its model is described (LTTng's model_emf_uri) */
	/*
	 * Several at once, so that a site needs one operand of its assembly for all of them: strings,
	 * NUL behind each, up to an empty one. Each is the index of a field in decimal (none: of the
	 * event), then 'u', 'h' or 'm' for the three kinds above, then the text.
	 */
	UST_ATTR_LIST = 4,
	/* Of a definition or a call: the types of the arguments. Both must have the same. */
	UST_ATTR_SIGNATURE = 5,
	/* Of a definition, no text: its enumerations, like state->enums of other kinds. */
	UST_ATTR_ENUMS = 6,
};

/* Log levels: syslog's 0 to 7 and, as LTTng has them, finer ones of debugging. 0 in a record is
 * UST_LOGLEVEL_UNSET and means UST_LOGLEVEL_DEFAULT; the others are level + 1. */
#define UST_LOGLEVEL_UNSET 0
#define UST_LOGLEVEL_DEFAULT 13 /* DEBUG_LINE */
#define UST_LOGLEVEL_MAX 14     /* DEBUG */

/*
 * A field word: what the type of a field is.
 *   bits  0-4   enum ust_field_type
 *   bits  5-6   of a sequence: enum ust_length_type, the type of its element count
 *   bits  7-12  flags, UST_FIELD_*
 *   bits 13-30  number of elements of an array (0 otherwise)
 */
#define UST_FIELD_WORD_FULL(type, length, flags, count)                                            \
	((__u32)(type) | ((__u32)(length) << 5) | ((__u32)(flags) << 7) | ((__u32)(count) << 13))
#define UST_FIELD_WORD(type, flags, count) UST_FIELD_WORD_FULL(type, UST_LENGTH_U32, flags, count)
#define UST_FIELD_WORD_TYPE(word) ((word)&0x1f)
#define UST_FIELD_WORD_LENGTH(word) (((word) >> 5) & 3)
#define UST_FIELD_WORD_FLAGS(word) (((word) >> 7) & 0x3f)
#define UST_FIELD_WORD_COUNT(word) (((word) >> 13) & 0x3ffff)
#define UST_FIELD_COUNT_MAX 0x3ffff

#define UST_FIELD_HEX 1     /* print in base 16 */
#define UST_FIELD_ARRAY 2   /* count elements of the type, one after the other, no length */
#define UST_FIELD_SEQ 4     /* an element count, then that many elements */
#define UST_FIELD_NETWORK 8 /* big endian whatever the host is; a sequence's count is not */
#define UST_FIELD_ENUM 16   /* an integer whose labels are in the next of state->enums */
#define UST_FIELD_TEXT 32   /* an array or sequence of 8-bit integers that is UTF-8 text */

enum ust_length_type {
	UST_LENGTH_U32 = 0,
	UST_LENGTH_U8 = 1,
	UST_LENGTH_U16 = 2,
	UST_LENGTH_U64 = 3,
};

/* The payload of a field is packed (alignment 1) and in the host's byte order. */
enum ust_field_type {
	UST_TYPE_NONE = 0,
	UST_TYPE_S8 = 1,
	UST_TYPE_S16 = 2,
	UST_TYPE_S32 = 3,
	UST_TYPE_S64 = 4,
	UST_TYPE_U8 = 5,
	UST_TYPE_U16 = 6,
	UST_TYPE_U32 = 7,
	UST_TYPE_U64 = 8,
	UST_TYPE_FLOAT = 9,
	UST_TYPE_DOUBLE = 10,
	UST_TYPE_POINTER = 11, /* 8 bytes, printed in base 16 */
	UST_TYPE_BOOL = 12,    /* 1 byte, 0 or 1 */
	UST_TYPE_STRING = 13,  /* bytes up to and with a NUL */
	UST_TYPE_NR
};

/* One label of an enumeration, for the values from value to value + span. A table ends with a NULL
 * label. */
struct ust_enum_label {
	const char *label;
	__s64 value;
	__u64 span;
};

/* Both in one label: the value behind the label before it, 0 for the first. */
#define UST_ENUM_AUTO_VALUE 1
#define UST_ENUM_AUTO_SPAN (~(__u64)0)

struct ust_enum_table {
	const char *name;
	const struct ust_enum_label *labels;
};

#include <ust/abi/state.h>

#endif /* UST_ABI_SITE_H */
