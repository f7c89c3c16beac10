package com.google.firebase.components;

/** Stand-in: one thing a Firebase library offers to the others. */
public final class Component {
    public final Object instance;

    public Component(Object instance) {
        this.instance = instance;
    }
}
