package com.facebook.react.bridge;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;

/** Stand-in: finds by reflection what JavaScript may call; the calls come from native code. */
public class JavaModuleWrapper {
    private final NativeModule module;
    private final Map<String, Method> methods = new HashMap<>();

    public JavaModuleWrapper(NativeModule module) {
        this.module = module;
        for (Method method : module.getClass().getDeclaredMethods()) {
            if (method.getAnnotation(ReactMethod.class) != null) {
                methods.put(method.getName(), method);
            }
        }
    }

    public void invoke(String name, Object... values) throws ReflectiveOperationException {
        methods.get(name).invoke(module, values);
    }
}
