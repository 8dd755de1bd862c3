#pragma once
#include <X11/Xlib.h>
#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/XKBlib.h>
#include <X11/keysym.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/Xfixes.h>
#include <X11/extensions/Xrandr.h>
#include <X11/extensions/Xrender.h>

// Macros that Swift cannot import, and nothing else.

/// XDestroyImage: calls the image's own destructor, which frees `data` too unless it is NULL.
static inline void beeline_destroy_image(XImage *image) { XDestroyImage(image); }

/// Predefined atoms (X11/Xatom.h), casts that Swift cannot import.
static inline Atom beeline_atom_atom(void) { return XA_ATOM; }
static inline Atom beeline_atom_string(void) { return XA_STRING; }
static inline Atom beeline_atom_integer(void) { return XA_INTEGER; }
static inline Atom beeline_atom_window(void) { return XA_WINDOW; }
