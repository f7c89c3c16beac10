package com.google.firebase.firestore;

import java.util.Collections;
import java.util.List;

/** Stand-in. */
public class QuerySnapshot {
    public <T> List<T> toObjects(Class<T> type) {
        return Collections.emptyList();
    }
}
