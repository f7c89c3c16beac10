package com.google.firebase;

import android.content.Context;

/** Stand-in: the app's link to its Firebase project. */
public class FirebaseApp {
    private static final FirebaseApp DEFAULT = new FirebaseApp();

    public static FirebaseApp initializeApp(Context context) {
        return DEFAULT;
    }

    public static FirebaseApp getInstance() {
        return DEFAULT;
    }
}
