package dalvik.system;

public class DexClassLoader extends ClassLoader {
    public DexClassLoader(String files, String optimized, String libraries, ClassLoader parent) { super(parent); }
}
