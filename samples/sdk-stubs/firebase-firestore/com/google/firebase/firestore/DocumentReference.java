package com.google.firebase.firestore;

import com.google.android.gms.tasks.Task;
import java.util.Map;

/** Stand-in. */
public class DocumentReference {
    public Task<Void> set(Object data) {
        return new Task<>();
    }

    public Task<Void> update(String field, Object value, Object... more) {
        return new Task<>();
    }

    public Task<Void> update(Map<String, Object> data) {
        return new Task<>();
    }
}
