package com.google.firebase.auth;

import com.google.android.gms.tasks.Task;

/** Stand-in: accounts. */
public class FirebaseAuth {
    static final String HOST = "identitytoolkit.googleapis.com";

    public static FirebaseAuth getInstance() {
        return new FirebaseAuth();
    }

    public FirebaseUser getCurrentUser() {
        return new FirebaseUser();
    }

    public Task<FirebaseUser> createUserWithEmailAndPassword(String email, String password) {
        return new Task<>();
    }

    public Task<FirebaseUser> signInWithCredential(AuthCredential credential) {
        return new Task<>();
    }
}
