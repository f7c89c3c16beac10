package com.google.firebase.firestore;

/** Stand-in: the document database. */
public class FirebaseFirestore {
    static final String HOST = "firestore.googleapis.com";

    public static FirebaseFirestore getInstance() {
        return new FirebaseFirestore();
    }

    public CollectionReference collection(String path) {
        return new CollectionReference();
    }
}
