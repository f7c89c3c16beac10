package com.google.firebase;

import android.content.Context;
import com.google.firebase.components.Component;
import com.google.firebase.components.ComponentDiscovery;
import java.util.List;

/** Stand-in: the app's link to its Firebase project. */
public class FirebaseApp {
    private static FirebaseApp instance;
    final List<Component> components;

    private FirebaseApp(Context context) {
        components = new ComponentDiscovery(context).discover();
    }

    public static FirebaseApp initializeApp(Context context) {
        if (instance == null) {
            instance = new FirebaseApp(context);
        }
        return instance;
    }

    public static FirebaseApp getInstance() {
        return instance;
    }
}
