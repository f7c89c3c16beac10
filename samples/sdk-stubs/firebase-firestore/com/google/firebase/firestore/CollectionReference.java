package com.google.firebase.firestore;

import com.google.android.gms.tasks.Task;

/** Stand-in. */
public class CollectionReference extends Query {
    public DocumentReference document(String path) {
        return new DocumentReference();
    }

    public Task<DocumentReference> add(Object data) {
        return new Task<>();
    }
}
