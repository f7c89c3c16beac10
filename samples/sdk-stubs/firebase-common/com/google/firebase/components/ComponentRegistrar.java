package com.google.firebase.components;

import java.util.Collections;
import java.util.List;

/** Stand-in: what each Firebase library registers. */
public interface ComponentRegistrar {
    String getLibraryName();

    default List<Component> getComponents() {
        return Collections.emptyList();
    }
}
