package com.facebook;

/** Stand-in. */
public interface FacebookCallback<T> {
    void onSuccess(T result);

    void onCancel();

    void onError(FacebookException problem);
}
