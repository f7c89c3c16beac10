package com.google.firebase.messaging;

import com.google.android.gms.tasks.Task;

/** Stand-in: push messages. */
public class FirebaseMessaging {
    public static FirebaseMessaging getInstance() {
        return new FirebaseMessaging();
    }

    public Task<String> getToken() {
        return new Task<>();
    }

    public Task<Void> subscribeToTopic(String topic) {
        return new Task<>();
    }
}
