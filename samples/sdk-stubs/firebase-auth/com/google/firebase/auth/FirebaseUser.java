package com.google.firebase.auth;

/** Stand-in. */
public class FirebaseUser {
    public String getUid() {
        return "model-user";
    }

    public String getEmail() {
        return null;
    }
}
