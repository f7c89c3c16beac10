package com.google.firebase.firestore;

/** Stand-in: values the server works out. */
public class FieldValue {
    public static FieldValue increment(long by) {
        return new FieldValue();
    }

    public static FieldValue serverTimestamp() {
        return new FieldValue();
    }

    public static FieldValue arrayRemove(Object... values) {
        return new FieldValue();
    }

    public static FieldValue arrayUnion(Object... values) {
        return new FieldValue();
    }
}
