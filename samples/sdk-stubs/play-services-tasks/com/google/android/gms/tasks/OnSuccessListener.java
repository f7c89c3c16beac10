package com.google.android.gms.tasks;

/** Stand-in. */
public interface OnSuccessListener<T> {
    void onSuccess(T result);
}
