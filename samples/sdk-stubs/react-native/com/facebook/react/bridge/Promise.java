package com.facebook.react.bridge;

/** Stand-in: an answer that JavaScript waits for. */
public interface Promise {
    void resolve(Object value);
}
