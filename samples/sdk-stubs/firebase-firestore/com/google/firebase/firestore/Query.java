package com.google.firebase.firestore;

import com.google.android.gms.tasks.Task;

/** Stand-in. */
public class Query {
    /** Stand-in. */
    public enum Direction {
        ASCENDING,
        DESCENDING
    }

    public Query orderBy(String field, Direction direction) {
        return this;
    }

    public Query whereEqualTo(String field, Object value) {
        return this;
    }

    public Query limit(long count) {
        return this;
    }

    public Task<QuerySnapshot> get() {
        return new Task<>();
    }
}
