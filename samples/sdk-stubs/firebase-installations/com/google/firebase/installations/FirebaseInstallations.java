package com.google.firebase.installations;

import com.google.android.gms.tasks.Task;

/** Stand-in: the installation identifier. */
public class FirebaseInstallations {
    static final String HOST = "firebaseinstallations.googleapis.com";

    public static FirebaseInstallations getInstance() {
        return new FirebaseInstallations();
    }

    public Task<String> getId() {
        return new Task<>();
    }
}
