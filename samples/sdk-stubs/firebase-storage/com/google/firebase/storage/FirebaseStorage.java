package com.google.firebase.storage;

/** Stand-in: file storage. */
public class FirebaseStorage {
    static final String HOST = "firebasestorage.googleapis.com";

    public static FirebaseStorage getInstance() {
        return new FirebaseStorage();
    }

    public StorageReference getReference(String path) {
        return new StorageReference();
    }
}
