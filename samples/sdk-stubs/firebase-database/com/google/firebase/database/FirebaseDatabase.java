package com.google.firebase.database;

/** Stand-in: the realtime database. */
public class FirebaseDatabase {
    public static FirebaseDatabase getInstance() {
        return new FirebaseDatabase();
    }

    public DatabaseReference getReference(String path) {
        return new DatabaseReference();
    }
}
